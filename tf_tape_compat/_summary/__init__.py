"""`tf.summary`: event files for TensorBoard.

state         the current writer, step and condition of each thread
event_file    an event file
writer        `SummaryWriter` and its kinds
write         writes tensors and messages to the current writer
plugins       scalars, histograms, images, audio and text, as the package tensorboard writes them
trace         `tf.summary.trace_on` and what follows it
"""
