"""`tf.debugging.set_log_device_placement`: no recorder sees what TensorFlow prints."""

import tf_tape_compat as tf

_CPU = "/job:localhost/replica:0/task:0/device:CPU:0"


def test_operations_are_told_once_for_their_types(capsys):
    tf.debugging.set_log_device_placement(True)
    try:
        assert tf.debugging.get_log_device_placement()
        a = tf.constant([[1.0, 2.0]])
        tf.concat([a, a], axis=0)
        tf.concat([a, a], axis=0)
    finally:
        tf.debugging.set_log_device_placement(False)
    tf.concat([a, a, a], axis=0)
    names = (
        "input: (_Arg)|_EagerConst: (_EagerConst)|output_RetVal: (_Retval)|values_0: (_Arg)|"
        "values_1: (_Arg)|axis: (_DeviceArg)|ConcatV2: (ConcatV2)|output_RetVal: (_Retval)"
    )
    assert capsys.readouterr().out.splitlines() == [f"{x}: {_CPU}" for x in names.split("|")]
    assert not tf.debugging.get_log_device_placement()
