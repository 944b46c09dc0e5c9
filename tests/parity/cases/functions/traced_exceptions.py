"""`try` statements in converted functions."""


def named_exceptions(tf):
    @tf.function
    def f(x):
        y = 0
        try:
            y = int("a")
        except ValueError as error:
            y = len(str(error)) - len(str(error)) + 3
            for i in tf.range(2):
                y += i
        if x > 0:
            y = y * 2
        return x + y

    @tf.function
    def g(x, kind):
        result = x
        try:
            result = result + {"a": 1}[kind]
        except KeyError as e:
            message = str(e)
            result = result + len(message)
        except (TypeError, AttributeError):
            result = result - 1
        else:
            result = result * 2
        finally:
            result = result + 100
        for i in tf.range(3):
            result += i
        return result

    @tf.function
    def h(x):
        e = 2
        try:
            raise ValueError("v")
        except ValueError:
            if x > 0:
                return x + e
            return -x

    one = tf.constant(1)
    print(f(one), f(-one), g(one, "a"), g(one, "b"), h(one), h(-one))
    print("except ValueError as error" in tf.autograph.to_code(f.python_function))


def nested_handlers(tf):
    log = []

    @tf.function
    def f(x):
        try:
            try:
                raise KeyError("inner")
            except KeyError as e:
                log.append(repr(e))
                raise ValueError("outer") from e
        except ValueError as e:
            log.append(repr(e) + repr(e.__cause__))
            while x < 10:
                x = x * 2
        return x

    return f(tf.constant(3)), log
