"""Elements selected by conditions: tf.where, tf.boolean_mask."""

from tests.parity.case_helpers.expressions import PARTS_OF_TENSORS, expressions

CASES = {
    "where": expressions(
        """
        tf.where([True, False])
        tf.where([[True, False], [True, True]])
        tf.where(True)
        tf.where(False)
        tf.where([])
        tf.where([0, 3, 0, 5])
        tf.where([0., 1.5, np.nan])
        tf.where([[1, 0], [0, 2]])
        tf.where(tf.constant([1, 0], tf.uint8))
        tf.where([1j, 0])
        tf.where(x > 2.)
        tf.where(np.array([True, False, True]))
        tf.where(tf.zeros([0, 2], tf.bool))
        tf.where(["a", ""])
        tf.where(x > 2., x, -x)
        tf.where(x > 2., x, 0.)
        tf.where(x > 2., 0., x)
        tf.where(x > 2., 1., 0.)
        tf.where(x > 2., 1, 0)
        tf.where(x > 2., x, 0)
        tf.where(x > 2., 0, x)
        tf.where(x > 2., 1, 0.5)
        tf.where(x > 2., 0.5, 1)
        tf.where(x > 2., x, np.float64(0))
        tf.where(x > 2., np.zeros((2, 3)), x)
        tf.where(True, x, 0.)
        tf.where(False, [1, 2], [3, 4])
        tf.where([True, False, True], x, -x)
        tf.where([[True], [False]], x, -x)
        tf.where([[True], [False]], [1., 2.], 3.)
        tf.where([True, False], "a", "b")
        tf.where([True, False], ["a", "b"], "c")
        tf.where(s == "a", s, "z")
        tf.where([True, False], True, False)
        tf.where([True, False], 1j, 0.)
        tf.where([True, False], u[:2], u[1:])
        tf.where(v > 2., v, 0.)
        tf.where(condition=x > 2., x=x, y=x, name="a")
        tf.where(x > 2., x, i)
        tf.where(x > 2., i, x)
        tf.where(x > 2., i, 0.5)
        tf.where(x > 2., 0.5, i)
        tf.where(x, x, x)
        tf.where(i, x, x)
        tf.where(x > 2., x)
        tf.where(x > 2., None, x)
        tf.where([True, False], x, x)
        tf.where(x > 2., [1., 2.], x)
        tf.where(None)
        tf.where(x > 2., "a", 1.)
        gradient(lambda x: tf.where(x > 2., x * x, 3. * x), [1., 2., 3.])
        gradient(lambda x: tf.where([True, False], x, 0.), 3.)
        gradient(lambda x, y: tf.where([True, False, True], x, y), [1., 2., 3.], 5.)
        gradient(lambda x: tf.where(x > 0., tf.sqrt(x), 0.), [0., 4.])
        gradient(lambda x: tf.where(x > 1., 1., 0.), [0., 4.])
        second(lambda x: tf.where(x > 2., x * x, 3. * x), [1., 2., 3.])
        tracked(lambda x: tf.where(x > 0., x, 0.), 2.)
        tracked(lambda x: tf.where(x > 0., 1., 0.), 2.)
        """,
        PARTS_OF_TENSORS,
        messages=False,
    ),
    "where_messages": expressions(
        """
        tf.where(x > 2., x, i)
        tf.where(x, x, x)
        tf.where(x > 2., x)
        tf.where([True, False], x, x)
        """,
        PARTS_OF_TENSORS,
    ),
    "boolean_mask": expressions(
        """
        tf.boolean_mask([1, 2, 3], [True, False, True])
        tf.boolean_mask(x, x > 2.)
        tf.boolean_mask(x, [True, False])
        tf.boolean_mask(x, [True, False, True], axis=1)
        tf.boolean_mask(x, np.array([True, False]))
        tf.boolean_mask(r, [[True, False, True], [False, True, True]])
        tf.boolean_mask(r, [[True, False, True, False], [False, True, True, False], 4 * [False]], 1)
        tf.boolean_mask(r, [True, False, False, True], axis=-1)
        tf.boolean_mask(s, [False, True])
        tf.boolean_mask(x, [False, False])
        tf.boolean_mask(v, [True, False])
        tf.boolean_mask(x, tf.constant([True, False]), tf.constant(0))
        tf.boolean_mask(tensor=[1, 2], mask=[True, False], name="a")
        tf.boolean_mask(x, True)
        tf.boolean_mask(x, [True])
        tf.boolean_mask(x, [True, False, True])
        tf.boolean_mask(x, [[[True]]])
        tf.boolean_mask(x, [1, 0])
        tf.boolean_mask(3., [True])
        gradient(lambda x: tf.boolean_mask(x, [True, False, True]), [1., 2., 3.])
        gradient(lambda x: tf.boolean_mask(x, [[True, False], [True, True]]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.boolean_mask(x, [True, False], axis=1), [[1., 2.], [3., 4.]])
        second(lambda x: tf.boolean_mask(x * x, [True, False, True]), [1., 2., 3.])
        """,
        PARTS_OF_TENSORS,
        messages=False,
    ),
}
