"""Operations that a graph refuses: None, and values that do not convert or have other types."""

from tests.parity.harness import attempt

_NONE = [
    "tf.gather(x,None)",
    "tf.sin(None)",
    "x+None",
    "tf.reduce_mean(None)",
    "tf.nn.relu(None)",
    "tf.stack([None])",
    "tf.multiply(x,None)",
    "tf.matmul(None,x)",
    "x@None",
    "x*None",
    "x/None",
    "None-x",
    "x>None",
    "tf.equal(x,None)",
    "tf.maximum(x,None)",
    "tf.pow(x,None)",
    "tf.square(None)",
    "tf.reduce_max(None)",
    "tf.argmax(None)",
    "tf.cast(None,tf.int32)",
    "tf.expand_dims(None,0)",
    "tf.zeros_like(None)",
    "tf.shape(None)",
    "tf.add_n([None])",
    "tf.add_n([x,None])",
    "tf.clip_by_norm(None,1.)",
    "tf.nn.softmax(None)",
    "tf.nn.sigmoid(None)",
    "tf.nn.softmax_cross_entropy_with_logits(x,None)",
    "tf.where(None,x,x)",
    "tf.where(x>0,x,None)",
    "tf.transpose(None)",
    "tf.squeeze(None)",
    "tf.constant(None)",
    "tf.convert_to_tensor(None)",
    "tf.identity(None)",
    "tf.abs(None)",
    "tf.not_equal(x,None)",
    "tf.minimum(None,x)",
    "tf.math.log(None)",
    "tf.tensordot(x,None,1)",
    "tf.strings.length(None)",
    "tf.split(None,2)",
    "tf.unstack(None)",
    "tf.boolean_mask(x,None)",
    "tf.scatter_nd(None,x,[2])",
    "tf.cumsum(None)",
    "tf.math.segment_sum(x,None)",
    "tf.nn.bias_add(x,None)",
    "tf.nn.embedding_lookup(None,[0])",
    "tf.nn.dropout(None,.5)",
    "tf.debugging.assert_equal(x,None)",
    "tf.math.reduce_std(None)",
    "tf.math.reduce_logsumexp(None)",
    "tf.random.normal(None)",
    "tf.zeros(None)",
    "tf.image.resize(None,[1,1])",
    "tf.linalg.inv(None)",
    "tf.sparse.from_dense(None)",
    "tf.math.top_k(None,1)",
    "tf.logical_and(None,x>0)",
    "tf.logical_not(None)",
    "tf.saturate_cast(None,tf.int32)",
    "tf.truediv(None,x)",
    "tf.floor(None)",
    "tf.round(None)",
    "tf.eye(None)",
    "tf.rank(None)",
    "tf.size(None)",
]

_OTHERS = [
    "tf.math.less(s,s)",
    "tf.math.less(S,S)",
    "tf.math.is_nan(s)",
    "tf.math.is_nan(S)",
    "tf.reduce_max(s)",
    "tf.reduce_sum(S)",
    "tf.math.exp(s)",
    "tf.multiply(s,s)",
    "tf.subtract(s,s)",
    "tf.matmul(s,s)",
    "tf.math.invert_permutation(s)",
    "tf.bitwise.invert(s)",
    "tf.linalg.det(s)",
    "tf.nn.relu(s)",
    "tf.argmax(s)",
    "tf.cumsum(s)",
    'tf.add(x,"a")',
    "x+1j",
    "x+s",
    "x+i",
    "i+1.5",
    "tf.concat([x,i],0)",
    "tf.nn.softmax(i)",
    "tf.expand_dims(x,5)",
    "tf.squeeze(x,0)",
    "tf.gather(x,[[5]],axis=7)",
    "tf.gather(x,1.5)",
    "tf.one_hot(x,3)",
    "tf.tile(x,[2])",
    "tf.pad(x,[[1,1]])",
    "tf.slice(x,[],x)",
    "tf.reduce_sum(x,5)",
    "tf.where(x>0,x,tf.ones([5]))",
    "tf.boolean_mask(x,[True,False,True])",
    "tf.nn.embedding_lookup(x,x)",
    "tf.nn.dropout(x,2.)",
    "tf.random.uniform([2],dtype=tf.int32)",
    "tf.image.resize(x,[2,2])",
    "tf.image.flip_left_right(x[0])",
    "tf.signal.fft(x)",
    "tf.strings.length(x)",
    "tf.strings.to_number(x)",
    "tf.debugging.assert_equal(1,2)",
    "tf.meshgrid(x,x,indexing='a')",
    "tf.math.polyval(x,x)",
    "tf.map_fn(lambda e:e,[x,x[:1]])",
    "tf.scan(lambda a,e:tf.concat([a,e],0),x)",
    "tf.cond(x[0,0]>0,lambda:x,lambda:i)",
    "tf.switch_case(x[0,0],[lambda:x])",
    "tf.case([])",
    'tf.constant([1,"a"])',
    "tf.convert_to_tensor(x,tf.int32)",
    "tf.Variable(1.)",
    'tf.identity([1,"a"])',
    'tf.add(x,[1,"a"])',
    "tf.math.add(x,{})",
    'tf.reshape(x,"a")',
    "tf.reshape(x,[2.5])",
]


def _failures(tf, lines):
    """What each line raises in a function, by the line."""
    outcomes = {}
    for line in lines:
        code = compile(line, "line", "eval")

        @tf.function(autograph=False)
        def function(x, i, s, code=code):
            return eval(code, {"tf": tf, "x": x, "i": i, "s": s, "S": tf.constant(["a", "b"])})

        x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        error = attempt(function, x, tf.constant([1, 2]), tf.constant(["a", "b"]))
        outcomes[line] = [type(error).__name__, str(error)]
    return outcomes


def none(tf):
    return _failures(tf, _NONE)


def others(tf):
    return _failures(tf, _OTHERS)
