"""`tf.config` on a machine without GPUs: what is there, what is set, what is refused."""

from __future__ import annotations

from tests.parity.harness import attempt, exact_message


def devices(tf):
    c = tf.config
    return [
        c.list_physical_devices(),
        c.list_physical_devices("GPU"),
        c.list_physical_devices("cpu"),
        c.list_physical_devices(device_type="CPU"),
        c.get_visible_devices(),
        c.get_visible_devices("GPU"),
        c.list_logical_devices(),
        c.list_logical_devices("GPU"),
        c.experimental.list_physical_devices() == c.list_physical_devices(),
        [repr(d) for d in c.list_physical_devices()],
        c.list_physical_devices()[0] == c.PhysicalDevice("/physical_device:CPU:0", "CPU"),
        repr(c.LogicalDevice("a", "b")),
        repr(c.LogicalDeviceConfiguration(memory_limit=100)),
        c.experimental.VirtualDeviceConfiguration is c.LogicalDeviceConfiguration,
    ]


@exact_message
def visible_devices(tf):
    c = tf.config
    cpu = c.list_physical_devices()[0]
    gpu = c.PhysicalDevice("/physical_device:GPU:0", "GPU")
    return [
        c.set_visible_devices([], "GPU"),
        c.set_visible_devices(cpu),
        c.set_visible_devices([cpu], "CPU"),
        attempt(c.set_visible_devices, [gpu], "GPU"),
        attempt(c.set_visible_devices, [cpu], "GPU"),
        attempt(c.set_visible_devices, "CPU"),
        c.get_visible_devices(),
    ]


@exact_message
def memory(tf):
    x = tf.config.experimental
    cpu = tf.config.list_physical_devices()[0]
    gpu = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
    return [
        attempt(x.set_memory_growth, cpu, True),
        attempt(x.set_memory_growth, gpu, True),
        attempt(x.get_memory_growth, gpu),
        attempt(x.get_memory_info, "CPU:0"),
        attempt(x.get_memory_info, "GPU:0"),
        attempt(x.get_memory_info, "GPU"),
        attempt(x.reset_memory_stats, "GPU:0"),
        attempt(x.get_memory_usage, "GPU:0"),
        tf.config.get_logical_device_configuration(cpu),
        x.get_virtual_device_configuration(cpu),
        attempt(tf.config.get_logical_device_configuration, gpu),
        x.get_device_details(cpu),
        attempt(x.get_device_details, "x"),
        attempt(x.get_device_details, gpu),
    ]


def memory_growth_of_a_cpu(tf):
    cpu = tf.config.list_physical_devices()[0]
    return attempt(tf.config.experimental.get_memory_growth, cpu)


def policies(tf):
    x = tf.config.experimental
    results = [x.get_device_policy()]
    for policy in ("warn", "explicit", "silent_for_int32", None, "silent"):
        x.set_device_policy(policy)
        results.append(x.get_device_policy())
    return results, attempt(x.set_device_policy, "x"), x.get_device_policy()


def switches(tf):
    c, x = tf.config, tf.config.experimental
    results = [c.get_soft_device_placement(), x.get_synchronous_execution()]
    c.set_soft_device_placement(False)
    x.set_synchronous_execution(False)
    results += [c.get_soft_device_placement(), x.get_synchronous_execution()]
    c.set_soft_device_placement(True)
    x.set_synchronous_execution(True)
    results += [c.get_soft_device_placement(), x.get_synchronous_execution()]
    results += [x.enable_mlir_bridge(), x.disable_mlir_bridge()]
    return results


def threads(tf):
    t = tf.config.threading
    return t.get_inter_op_parallelism_threads(), t.get_intra_op_parallelism_threads()


def tensor_float_32(tf):
    x = tf.config.experimental
    before = x.tensor_float_32_execution_enabled()
    results = []
    for enabled in (False, True):
        results += [x.enable_tensor_float_32_execution(enabled)]
        results += [x.tensor_float_32_execution_enabled()]
    x.enable_tensor_float_32_execution(before)
    return results


def jit(tf):
    o = tf.config.optimizer
    results = [o.get_jit()]
    for enabled in (True, False, "autoclustering", "", None):
        o.set_jit(enabled)
        results.append(o.get_jit())
    return results


def optimizer_options(tf):
    o = tf.config.optimizer
    results = [sorted(o.get_experimental_options().items())]
    o.set_experimental_options({"constant_folding": True, "foo": 1, "min_graph_nodes": 3})
    results.append(sorted(o.get_experimental_options().items()))
    o.set_experimental_options({"constant_folding": False, "disable_meta_optimizer": True})
    results.append(sorted(o.get_experimental_options().items()))
    o.set_experimental_options({"disable_meta_optimizer": False, "min_graph_nodes": None})
    every = """auto_mixed_precision_mkl use_plugin_optimizers debug_stripper remapping
        loop_optimization auto_parallel pin_to_host_optimization layout_optimizer shape_optimization
        disable_model_pruning auto_mixed_precision"""
    o.set_experimental_options({"min_graph_nodes": 5, **dict.fromkeys(every.split(), True)})
    results.append(list(o.get_experimental_options().items()))
    o.set_experimental_options(dict.fromkeys(["min_graph_nodes", *every.split()]))
    results.append(list(o.get_experimental_options().items()))
    o.set_experimental_options({"disable_model_pruning": False})
    return results
