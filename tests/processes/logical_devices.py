"""Three logical devices on the CPU: where constants, variables, results and gradients lie."""

import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 3)
print(tf.config.list_logical_devices("CPU"))
print(len(tf.config.get_logical_device_configuration(cpu)))
try:
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()])
except RuntimeError as error:
    print(error)


def show(label, *tensors):
    print(label, *(tensor.device.rpartition("/")[2] for tensor in tensors))


with tf.device("CPU:1"):
    x = tf.constant([1.0, 2.0])
    v = tf.Variable([3.0, 4.0])
    show("created", x, v, tf.Variable([1]), tf.zeros([2]), tf.random.normal([2]), tf.range(2))
    with tf.device(None):
        show("None", tf.constant(1.0))
    with tf.device(""):
        show("empty", tf.constant(1.0))
    with tf.device("/job:localhost"):
        show("partial", tf.constant(1.0))
    with tf.device("CPU:2"):
        show("inner", tf.constant(1.0), tf.identity(x), x + 1.0, tf.reshape(x, [2, 1]), x * v)
    show("outer again", tf.constant(1.0), x + x)
show("outside", x + 1.0, v + 1.0, tf.identity(x), v.read_value(), tf.reshape(x, [2, 1]))
show("assigned", v.assign_add([1.0, 1.0]), v)
with tf.device("CPU:2"):
    show("assigned elsewhere", v.assign([5.0, 6.0]), v)
    print(v.numpy())

with tf.device("CPU:1"), tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x * v
show("gradients", *tape.gradient(y, [x, v]))

double = tf.function(lambda value: value + value)
for name in ("CPU:0", "CPU:1", "CPU:2"):
    with tf.device(name):
        show("function", double(x))
print(double.experimental_get_tracing_count())

for spec in (
    tf.DeviceSpec(device_type="CPU", device_index=2),
    tf.config.list_logical_devices("CPU")[1],
    "/cpu:1",
    "cpu",
    "/device:CPU:*",
    "/job:localhost/replica:0/task:0/device:CPU:2",
    "GPU:0",
    "CPU:7",
):
    with tf.device(spec):
        show("spec", tf.constant(1.0))
