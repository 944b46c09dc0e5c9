"""Style transfer by Gram matrices (Gatys, Ecker and Bethge, 2016).

The style of an image is the Gram matrix of its features: how often two of them occur together,
wherever in the image. The features here come from convolutions with random filters (Ustyuzhaninov
et al., 2017), so no trained network is needed. What is trained is the image.
"""

import picture
import tensorflow as tf
from adam import Adam
from sklearn.datasets import load_sample_image

content = tf.constant(load_sample_image("china.jpg")[:384:4, 128:512:4] / 255, tf.float32)[None]
style = tf.constant(load_sample_image("flower.jpg")[:384:4, 128:512:4] / 255, tf.float32)[None]

tf.random.set_seed(0)
filters = [tf.random.normal([size, size, 3, 32], stddev=1 / size) for size in (3, 7)]


def features(image):
    return [tf.nn.relu(tf.nn.conv2d(image - 0.5, f, strides=1, padding="SAME")) for f in filters]


def gram(feature):
    pixels = feature.shape[1] * feature.shape[2]
    return tf.einsum("bijc,bijd->bcd", feature, feature) / pixels


wanted_content = features(content)
wanted_style = [gram(feature) for feature in features(style)]
image = tf.Variable(content)
optimizer = Adam([image], rate=0.03)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        style_loss = content_loss = 0.0
        found = features(image)
        for feature, its_content, its_style in zip(
            found, wanted_content, wanted_style, strict=True
        ):
            style_loss += tf.reduce_mean(tf.square(gram(feature) - its_style))
            content_loss += tf.reduce_mean(tf.square(feature - its_content))
        loss = 100 * style_loss + content_loss
    optimizer.apply([tape.gradient(loss, image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))
    return style_loss, content_loss


for step in range(61):
    style_loss, content_loss = train_step()
    if step % 20 == 0:
        print(f"step {step}: style {style_loss:.5f}, content {content_loss:.5f}")

if picture.wanted():
    with picture.axes(3, width=2.1, height=2.3) as row:
        shown = {"content": content, "style": style, "result": image}
        for axes, (title, pixels) in zip(row, shown.items(), strict=True):
            axes.imshow(pixels[0])
            axes.set(title=title, xticks=[], yticks=[])
