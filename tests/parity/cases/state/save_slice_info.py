"""`tf.Variable.SaveSliceInfo`."""

from __future__ import annotations

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
info = tf.Variable.SaveSliceInfo("scope/a", [4, 4], [0, 2], [4, 2])
def read(spec):
    i = tf.Variable.SaveSliceInfo.from_spec(spec)
    return i.full_name, i.full_shape, i.var_offset, i.var_shape
def copied(scope=None):
    i = tf.Variable.SaveSliceInfo(save_slice_info_def=info.to_proto(), import_scope=scope)
    return i.full_name, i.spec
def stored(i):
    v = tf.Variable([1.])
    v._set_save_slice_info(i)
    return v._get_save_slice_info()
"""

CASES = {
    "save slice info": expressions(
        """
        info.spec
        info.to_proto().SerializeToString()
        info.to_proto("scope").full_name
        info.to_proto("scope/").full_name
        info.to_proto("sc").full_name
        info.to_proto("other")
        read("")
        read("4")
        read("4 a")
        read("4 0,4")
        read("4 x,4")
        read("4 0,y")
        read("a 0,4")
        read("4 3 5 0,4:1,1:3,2")
        copied()
        copied("b")
        copied("b/")
        tf.Variable.SaveSliceInfo().full_shape
        tf.Variable.SaveSliceInfo(save_slice_info_def=3)
        tf.Variable([1.])._get_save_slice_info()
        stored(info).spec
        stored(None)
        """,
        _SETUP,
    )
}
