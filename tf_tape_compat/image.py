"""`tf.image`: resizing, cropping, color adjustment and comparison of images."""

from . import _api
from ._ops.image.batched_non_max_suppression import (
    combined_non_max_suppression as combined_non_max_suppression,
)
from ._ops.image.batched_non_max_suppression import (
    non_max_suppression_padded as non_max_suppression_padded,
)
from ._ops.image.box_sampling import sample_distorted_bounding_box as sample_distorted_bounding_box
from ._ops.image.box_sampling import (
    stateless_sample_distorted_bounding_box as stateless_sample_distorted_bounding_box,
)
from ._ops.image.boxes import crop_and_resize as crop_and_resize
from ._ops.image.boxes import draw_bounding_boxes as draw_bounding_boxes
from ._ops.image.colors import adjust_brightness as adjust_brightness
from ._ops.image.colors import adjust_contrast as adjust_contrast
from ._ops.image.colors import adjust_gamma as adjust_gamma
from ._ops.image.colors import convert_image_dtype as convert_image_dtype
from ._ops.image.colors import grayscale_to_rgb as grayscale_to_rgb
from ._ops.image.colors import per_image_standardization as per_image_standardization
from ._ops.image.colors import rgb_to_grayscale as rgb_to_grayscale
from ._ops.image.colors import rgb_to_yiq as rgb_to_yiq
from ._ops.image.colors import rgb_to_yuv as rgb_to_yuv
from ._ops.image.colors import yiq_to_rgb as yiq_to_rgb
from ._ops.image.colors import yuv_to_rgb as yuv_to_rgb
from ._ops.image.decoding import decode_bmp as decode_bmp
from ._ops.image.decoding import decode_gif as decode_gif
from ._ops.image.decoding import decode_image as decode_image
from ._ops.image.decoding import decode_jxl as decode_jxl
from ._ops.image.decoding import decode_png as decode_png
from ._ops.image.decoding import decode_webp as decode_webp
from ._ops.image.encoding import adjust_jpeg_quality as adjust_jpeg_quality
from ._ops.image.encoding import encode_jpeg as encode_jpeg
from ._ops.image.encoding import encode_png as encode_png
from ._ops.image.encoding import random_jpeg_quality as random_jpeg_quality
from ._ops.image.encoding import stateless_random_jpeg_quality as stateless_random_jpeg_quality
from ._ops.image.hue import adjust_hue as adjust_hue
from ._ops.image.hue import adjust_saturation as adjust_saturation
from ._ops.image.hue import hsv_to_rgb as hsv_to_rgb
from ._ops.image.hue import rgb_to_hsv as rgb_to_hsv
from ._ops.image.jpeg_decoding import decode_and_crop_jpeg as decode_and_crop_jpeg
from ._ops.image.jpeg_decoding import decode_jpeg as decode_jpeg
from ._ops.image.jpeg_decoding import extract_jpeg_shape as extract_jpeg_shape
from ._ops.image.jpeg_decoding import is_jpeg as is_jpeg
from ._ops.image.layout import central_crop as central_crop
from ._ops.image.layout import crop_to_bounding_box as crop_to_bounding_box
from ._ops.image.layout import flip_left_right as flip_left_right
from ._ops.image.layout import flip_up_down as flip_up_down
from ._ops.image.layout import pad_to_bounding_box as pad_to_bounding_box
from ._ops.image.layout import resize_with_crop_or_pad as resize_with_crop_or_pad
from ._ops.image.layout import rot90 as rot90
from ._ops.image.layout import transpose as transpose
from ._ops.image.non_max_suppression import non_max_suppression as non_max_suppression
from ._ops.image.non_max_suppression import (
    non_max_suppression_overlaps as non_max_suppression_overlaps,
)
from ._ops.image.non_max_suppression import (
    non_max_suppression_with_scores as non_max_suppression_with_scores,
)
from ._ops.image.patches import extract_glimpse as extract_glimpse
from ._ops.image.patches import extract_patches as extract_patches
from ._ops.image.quality import image_gradients as image_gradients
from ._ops.image.quality import psnr as psnr
from ._ops.image.quality import sobel_edges as sobel_edges
from ._ops.image.quality import ssim as ssim
from ._ops.image.quality import ssim_multiscale as ssim_multiscale
from ._ops.image.quality import total_variation as total_variation
from ._ops.image.random import random_brightness as random_brightness
from ._ops.image.random import random_contrast as random_contrast
from ._ops.image.random import random_crop as random_crop
from ._ops.image.random import random_flip_left_right as random_flip_left_right
from ._ops.image.random import random_flip_up_down as random_flip_up_down
from ._ops.image.random import random_hue as random_hue
from ._ops.image.random import random_saturation as random_saturation
from ._ops.image.random import stateless_random_brightness as stateless_random_brightness
from ._ops.image.random import stateless_random_contrast as stateless_random_contrast
from ._ops.image.random import stateless_random_crop as stateless_random_crop
from ._ops.image.random import stateless_random_flip_left_right as stateless_random_flip_left_right
from ._ops.image.random import stateless_random_flip_up_down as stateless_random_flip_up_down
from ._ops.image.random import stateless_random_hue as stateless_random_hue
from ._ops.image.random import stateless_random_saturation as stateless_random_saturation
from ._ops.image.resizing import ResizeMethod as ResizeMethod
from ._ops.image.resizing import resize as resize
from ._ops.image.resizing import resize_with_pad as resize_with_pad

__getattr__, __dir__ = _api.namespace(__name__)
