"""Handlers of exceptions in functions that AutoGraph converts."""


def named_handlers(tf):
    @tf.function
    def unused(x):
        try:
            y = x + 1
        except ValueError as error:
            print(error)
            raise
        if y > 0:
            y = y * 2
        return y

    @tf.function
    def used(x):
        try:
            raise ValueError("boo")
        except ValueError as error:
            tf.print(str(error))
        else:
            x = x + 1
        finally:
            x = x * 2
        while x < 100:
            x *= 2
        return x

    return unused(tf.constant(3)), used(tf.constant(3))


def several_handlers(tf):
    @tf.function
    def loop(x):
        for i in tf.range(3):
            try:
                x = x + i
            except (ValueError, TypeError) as error:
                raise RuntimeError("no") from error
            if x > 4:
                break
        try:
            x.numpy()
        except AttributeError as error:
            message = type(error).__name__ + str(error)
        except Exception:
            message = "?"
        if x > 2:
            tf.print(message, x)
        return x

    @tf.function
    def returns(x):
        try:
            tf.reshape(x, [7])
        except ValueError as error:
            return x - len(error.args)
        return x

    @tf.function
    def nested(x):
        def inner(y):
            try:
                return y + "a"
            except Exception as error:
                return len(error.args)

        return inner(x) + 1

    return loop(tf.constant(3)), returns(tf.ones([3])), nested(tf.constant(1))


def raised_from_handler(tf):
    @tf.function
    def convert(x):
        try:
            return tf.reshape(x, [7])
        except ValueError as error:
            raise RuntimeError(type(error).__name__) from error

    convert(tf.ones([3]))


def lists_of_one_tensor(tf):
    @tf.function(input_signature=[tf.TensorSpec([None, 1]), tf.TensorSpec([None])])
    def unstack(x, n):
        results = tf.unstack(x, axis=1), tf.unstack(tf.where(n > 0), 1, axis=1), tf.split(x, [1], 1)
        print([(type(result).__name__, len(result)) for result in results])
        return [result[0] for result in results]

    return unstack([[1.0], [2.0]], [0.0, 2.0])
