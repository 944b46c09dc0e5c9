"""Functions of strings."""


def operations_on_strings(tf):
    @tf.function
    def f(s):
        print("trace", s)
        return (
            tf.strings.length(s),
            tf.strings.join([s, "x"]),
            s + "!",
            tf.strings.upper(s),
            tf.strings.substr(s, 0, 2),
            s == "abc",
        )

    print(f(tf.constant("abc")))
    print(f(tf.constant("abcd")))
    print(f(tf.constant(["a", "bc"])))
    print(f("lit"))


def strings_and_numbers(tf):
    @tf.function
    def f(s, x):
        print("trace", s, x)
        return (
            tf.strings.to_number(s) + x,
            tf.strings.as_string(x),
            tf.strings.to_hash_bucket(s, 10),
        )

    print(f(tf.constant(["1", "2"]), tf.constant([2.0, 3.0])))
    print(f(tf.constant(["1", "7"]), tf.constant([2.0, 3.0])))


def a_branch_on_a_length(tf):
    @tf.function
    def f(s, x):
        print("trace")
        if tf.strings.length(s) > 2:
            return x * 2.0
        else:
            return x

    print(f(tf.constant("abc"), 2.0), f(tf.constant("a"), 2.0))


def a_variable_of_strings(tf):
    v = tf.Variable("init")

    @tf.function
    def f(s):
        v.assign(tf.strings.join([v, s]))
        return v.read_value()

    print(f(tf.constant("a")))
    print(f(tf.constant("b")))
    print(v)


def strings_are_printed(tf):
    @tf.function
    def f(s):
        tf.print("hello", s, tf.strings.length(s))
        return s

    f(tf.constant("a"))


def nested_functions_of_strings(tf):
    @tf.function
    def g(s):
        return tf.strings.length(s)

    @tf.function
    def f(s):
        return g(s) + g(s + "x")

    print(f(tf.constant("abc")))


def a_gradient_beside_strings(tf):
    @tf.function
    def f(s, x):
        return x * tf.cast(tf.strings.length(s), tf.float32)

    x = tf.constant(2.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = f(tf.constant("abc"), x)
    print(y, t.gradient(y, x))


def strings_in_a_loop(tf):
    @tf.function
    def f(n):
        s = tf.constant("")
        for _ in tf.range(n):
            s = s + "a"
        return s

    print(f(tf.constant(3)))


def strings_in_a_dict(tf):
    @tf.function
    def f(d):
        return {k: tf.strings.length(v) for k, v in d.items()}

    print(f({"a": tf.constant("xx"), "b": tf.constant(["y", "zzz"])}))
