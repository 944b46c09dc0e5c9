"""AutoGraph: statements whose conditions and sequences are tensors."""

# The statements are what is tested, also where an expression would be shorter.
# ruff: noqa: B007, B905, C416, PERF203, RET503, SIM108

from __future__ import annotations

from tests.parity.case_helpers.programs import failure, results


def _vector(tf):
    return tf.constant([1.0, 2.0, 3.0])


def if_else(tf):
    def f(x):
        print("tracing", x)
        if tf.reduce_sum(x) > 0:
            y = x * x * x
        else:
            y = -x
        return y

    x = _vector(tf)
    return results(tf, f, [x], [-x])


def if_without_else(tf):
    def f(x):
        y = x * 2.0
        if tf.reduce_sum(x) > 0:
            y = x * y
        return y

    x = _vector(tf)
    return results(tf, f, [x], [-x])


def nested_ifs(tf):
    def f(x):
        if x > 0.0:
            if x > 10.0:
                return x * x
            return x * x * x
        elif x < -5.0:
            return -x
        return x * 2.0

    return results(tf, f, *[[tf.constant(v)] for v in (20.0, 3.0, -7.0, -1.0)])


def conditional_expressions(tf):
    def f(x):
        return x if (x > 0 and x < 5) or not x > -5 else x + 1

    return results(tf, f, *[[tf.constant(v)] for v in (-1.0, 1.0, 7.0, -9.0)], orders=1)


def if_in_python(tf):
    def f(x, flag):
        if flag:
            print("yes")
            return x
        return -x

    g = tf.function(f)
    return g(_vector(tf), True), g(_vector(tf), False), g(_vector(tf), True)


def a_symbol_in_one_branch(tf):
    def f(x):
        if x > 0:
            y = x
        return y

    return failure(tf, f, tf.constant(1.0))


def a_return_in_one_branch(tf):
    def f(x):
        if x > 0:
            return x

    return failure(tf, f, tf.constant(1.0))


def branches_of_other_types(tf):
    def by_return(x):
        if x > 0:
            return x
        else:
            return "a"

    def by_symbol(x):
        if x > 0:
            y = 1
        else:
            y = 1.5
        return y

    def by_structure(x):
        if x > 0:
            y = (x, x)
        else:
            y = x
        return y

    def by_none(x):
        if x > 0:
            y = None
        else:
            y = x
        return y

    x = tf.constant(1.0)
    return [failure(tf, f, x) for f in (by_return, by_symbol, by_none)], [
        failure(tf, by_structure, x)[0]
    ]


def a_vector_as_condition(tf):
    def f(x):
        if x > 0:
            return x
        return -x

    return failure(tf, f, _vector(tf))


def while_on_values(tf):
    def f(x):
        while tf.reduce_sum(x) < 100:
            x = x * 2
        return x

    return results(tf, f, [_vector(tf)], [_vector(tf) * 100])


def while_with_break_and_continue(tf):
    def f(n):
        total = 0
        i = 0
        while i < n:
            i += 1
            if i % 3 == 0:
                continue
            if i > 11:
                break
            total += i
        return total, i

    return results(tf, f, *[[tf.constant(v)] for v in (0, 4, 20)])


def while_else(tf):
    def f(n):
        i = 0
        while i < n:
            i += 1
        else:
            i += 100
        return i

    return failure(tf, f, tf.constant(3))


def while_true(tf):
    def f(x):
        while tf.constant(True):
            x = x * x
            if tf.reduce_max(x) > 50:
                break
        return x

    return results(tf, f, [_vector(tf)])


def while_in_python(tf):
    def f(x):
        i = 0
        while i < 3:
            print("step", i)
            x = x * x
            i += 1
        return x

    return results(tf, f, [_vector(tf)])


def for_over_a_range(tf):
    def f(n):
        total = 0
        for i in tf.range(n):
            if i == 3:
                continue
            if i > 5:
                break
            total += i
        return total

    return results(tf, f, *[[tf.constant(v)] for v in (4, 20, 0)])


def for_over_ranges_with_steps(tf):
    def f(a, b, c):
        total = tf.zeros([], tf.int32)
        for i in tf.range(a, b, c):
            total = total * 10 + i
        return total

    def constant():
        total = 0
        for i in tf.range(9, 0, -3):
            total = total * 10 + i
        return total

    bounds = [[1, 6, 2], [6, 1, -2], [3, 3, 1]]
    return results(tf, f, *[[tf.constant(v) for v in row] for row in bounds]), results(
        tf, constant, []
    )


def for_over_range_of_a_size(tf):
    def f(x):
        y = x
        for i in tf.range(tf.shape(x)[0]):
            y = y * x[i]
        return y

    return results(tf, f, [_vector(tf)])


def for_over_rows(tf):
    def f(x):
        total = tf.zeros([2])
        for row in x:
            total += row * row * row
        return total

    return results(tf, f, [tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])], [tf.zeros([0, 2])])


def for_in_python(tf):
    def f(x):
        for i in range(3):
            print("step", i)
            x = x * float(i + 1)
        return x

    return results(tf, f, [_vector(tf)])


def nested_loops(tf):
    def f(x):
        total = 0.0
        for i in tf.range(3):
            for j in tf.range(i + 1):
                total += x[i] * x[j] * x[j]
        return total

    return results(tf, f, [_vector(tf)])


def a_python_loop_in_a_loop(tf):
    def f(x):
        for i in tf.range(3):
            for j in range(2):
                x = x + float(j) * tf.cast(i, tf.float32) * x
        return x

    return results(tf, f, [_vector(tf)])


def return_in_a_loop(tf):
    def f(x):
        for value in x:
            if value > 1.5:
                return value * value
        return -1.0

    return results(tf, f, [_vector(tf)], [-_vector(tf)])


def a_symbol_that_the_loop_defines(tf):
    def f(x):
        for row in x:
            last = row * row
        return last

    return results(tf, f, [_vector(tf)])


def a_symbol_that_no_iteration_defines(tf):
    def f(x):
        for row in x:
            last = row
        return last

    return failure(tf, f, tf.zeros([0]))[0]


def a_loop_changes_a_dtype(tf):
    def f(x):
        while x < 10:
            x = tf.cast(x, tf.float32) + 1.0
        return x

    return failure(tf, f, tf.constant(1))


def a_loop_changes_a_shape(tf):
    def f(x):
        for _ in tf.range(3):
            x = tf.concat([x, x], 0)
        return x

    return failure(tf, f, tf.constant([1]))


def a_loop_changes_a_structure(tf):
    def f(x):
        y = x
        for _ in tf.range(3):
            y = (x, x)
        return y

    return failure(tf, f, tf.constant([1]))[0]


def an_undefined_symbol_before_a_loop(tf):
    def f(n):
        while n > 0:
            n -= 1
            if n > 5:
                y = n
        return y

    return failure(tf, f, tf.constant(1))


def shape_invariants(tf):
    def f(x):
        for i in tf.range(3):
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(x, tf.TensorShape([None]))]
            )
            x = tf.concat([x, [tf.cast(i, tf.float32)], x * x], 0)
        return x

    return results(tf, f, [tf.constant([1.0])], [tf.constant([1.0, 2.0])])


def maximum_iterations(tf):
    def f(x):
        while x > 0:
            tf.autograph.experimental.set_loop_options(maximum_iterations=4)
            x = x * 2
        return x

    return results(tf, f, [tf.constant(1.0)], [tf.constant(-1.0)])


def lists_in_loops(tf):
    def in_python(n):
        values = []
        for i in range(3):
            values.append(n * i)
        return tf.stack(values)

    def of_the_graph(x):
        values = []
        for row in x:
            values.append(row * 2)
        return values

    message = failure(tf, of_the_graph, _vector(tf))[1]
    return results(tf, in_python, [tf.constant(4)]), "out of scope" in message


def tuples_and_dicts_in_loops(tf):
    def f(x):
        pair = (x, x * 2.0)
        table = {"a": x, "b": [x, x]}
        for _ in tf.range(2):
            pair = (pair[1], pair[0] * x)
            table = {"a": table["b"][0] * 2.0, "b": [table["a"], table["b"][1] * x]}
        return pair, table

    return results(tf, f, [_vector(tf)])


def enumerate_and_zip(tf):
    def f(x):
        total = 0.0
        for i, (a, b) in enumerate(zip([x, x * 2.0], [x * 3.0, x])):
            total += float(i + 1) * a * b
        return total

    return results(tf, f, [_vector(tf)])


def builtins_of_tensors(tf):
    def f(x):
        print(len(x), type(x[0]).__name__)
        return abs(-x), float(x[0]), int(x[1]), max([1, 2]), len(x), range(2)[1]

    return results(tf, f, [_vector(tf)])


def logical_operators(tf):
    def f(x, y):
        both, either, neither = x and y, x or y, not (x or y)
        return both, either, neither, x == y, x != y

    t, f_ = tf.constant(True), tf.constant(False)
    return results(tf, f, [t, t], [t, f_], [f_, f_])


def recursion_in_python(tf):
    def factorial(n):
        if n <= 1:
            return 1
        return n * factorial(n - 1)

    return tf.function(factorial)(5)


def functions_that_are_called(tf):
    def relu(x):
        if x > 0:
            return x * x
        return 0.0 * x

    def f(x):
        return relu(x) + relu(-x)

    return results(tf, f, [tf.constant(2.0)], [tf.constant(-3.0)])


def methods_and_lambdas(tf):
    class Model:
        def __init__(self):
            self.w = tf.constant(2.0)

        def step(self, x):
            if x > 5.0:
                return x * self.w
            return x + self.w

        @tf.function
        def __call__(self, x):
            double = lambda v: v * 2.0 if v > 1.0 else v  # noqa: E731
            for _ in tf.range(3):
                x = double(self.step(x))
            return x

    model = Model()
    return model(tf.constant(1.0)), model(tf.constant(6.0))


def not_converted(tf):
    @tf.autograph.experimental.do_not_convert
    def plain(x):
        if x > 0:
            return x
        return -x

    def f(x):
        return plain(x)

    return failure(tf, f, tf.constant(1.0)), failure(
        tf, tf.autograph.experimental.do_not_convert(f), tf.constant(1.0)
    )


def without_autograph(tf):
    def f(x):
        if x > 0:
            return x
        return -x

    def g(x):
        for y in x:
            x = y
        return x

    answers = []
    for function, x in ((f, tf.constant(1.0)), (g, _vector(tf))):
        try:
            tf.function(function, autograph=False)(x)
        except Exception as error:
            answers.append((type(error).__name__, str(error)[:80]))
    return answers


def values_that_python_needs(tf):
    def as_bool(x):
        return bool(x)

    def iterated(x):
        return [y for y in x]

    def asserted(x):
        assert x > 0, "negative"
        return x

    def unpacked(x):
        a, b, c = x
        return a

    def index(x):
        return [1, 2, 3][x]

    x = _vector(tf)
    return [
        failure(tf, f, v)[0]
        for f, v in ((as_bool, x[0]), (iterated, x), (unpacked, x), (index, tf.constant(1)))
    ]


def prints_in_order(tf):
    def f(n):
        for i in tf.range(n):
            if i % 2 == 0:
                tf.print("even", i)
            else:
                tf.print("odd", i)
        tf.print("end")
        return n

    return results(tf, f, [tf.constant(4)])


def variables_in_loops(tf):
    v = tf.Variable(1.0)

    def f(x):
        for i in tf.range(3):
            v.assign_add(x)
            if v > 4.0:
                v.assign(v * 0.5)
        return v + 1.0

    g = tf.function(f)
    return g(tf.constant(2.0)), v.numpy(), g(tf.constant(3.0)), v.numpy()


def gradient_descent_in_a_loop(tf):
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def train(x, steps):
        loss = 0.0
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((w * x - 3.0) ** 2)
            w.assign_sub(0.05 * tape.gradient(loss, w))
        return loss

    x = tf.constant([1.0, 2.0])
    return train(x, tf.constant(5)), w.numpy(), train(x, tf.constant(2)), w.numpy()


def gradients_by_variables_that_loops_read(tf):
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x):
        for _ in tf.range(3):
            if tf.reduce_sum(x) < 20.0:
                x = x * w
            else:
                x = x + w
        return x

    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = f(tf.constant([2.0, 3.0]))
        gradient = tape.gradient(y, w)
    return y, gradient, outer.gradient(gradient, w)


def tapes_inside(tf):
    def around_a_loop(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(3):
                if tf.reduce_sum(y) < 10:
                    y = y * x
                else:
                    y = y + x
            while tf.reduce_sum(y) < 1000.0:
                y = y * x
        return tape.gradient(y, x)

    def in_a_loop(x):
        total = tf.zeros_like(x)
        for i in tf.range(3):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x ** tf.cast(i + 1, tf.float32)
            total += tape.gradient(y, x)
        return total

    def second_order(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x
                for _ in tf.range(3):
                    y = y * x
            gradient = tape.gradient(y, x)
        return outer.gradient(gradient, x)

    x = _vector(tf)
    return [results(tf, f, [x], orders=1) for f in (around_a_loop, in_a_loop, second_order)]


def unconnected_loop_variables(tf):
    def f(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            a, b, n = tf.ones([]), tf.ones([]), 0
            for i in tf.range(3):
                a, b, n = a * x, b * 2.0, n + i
        gradients = [tape.gradient(y, x) for y in (a, b, n)]
        print([g is None for g in gradients])
        return gradients

    return tf.function(f)(tf.constant(3.0))


def collatz(tf):
    def f(n):
        steps = 0
        while n != 1:
            if n % 2 == 0:
                n = n // 2
            else:
                n = 3 * n + 1
            steps += 1
        return steps

    return results(tf, f, *[[tf.constant(v)] for v in (1, 6, 27)])


def newton(tf):
    def f(a):
        x = a
        while tf.abs(x * x - a) > 1e-6 * a:
            x = 0.5 * (x + a / x)
        return x

    return results(tf, f, [tf.constant(2.0, tf.float64)], [tf.constant(9.0, tf.float64)])


def unknown_sizes(tf):
    @tf.function(input_signature=[tf.TensorSpec([None, None])])
    def f(x):
        print("tracing", x)
        total = tf.zeros([tf.shape(x)[1]])
        for row in x:
            total += row * row
        for i in tf.range(tf.shape(x)[0]):
            total *= x[i]
        return total

    return [f(tf.ones([rows, columns]) * 2.0) for rows, columns in ((3, 2), (1, 4), (3, 2))]
