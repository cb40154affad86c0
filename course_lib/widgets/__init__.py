"""Demos one can touch: drawn in the browser, with a student's function beside what is right."""

from course_lib.widgets.conv1d_conv3d import Conv1dConv3d
from course_lib.widgets.kernel_lab import KernelLab
from course_lib.widgets.lenet5 import LeNet5Demo
from course_lib.widgets.network_table import NetworkTable
from course_lib.widgets.normalization import Normalization
from course_lib.widgets.padding_stride import PaddingStride
from course_lib.widgets.pooling import Pooling
from course_lib.widgets.receptive_field import ReceptiveField
from course_lib.widgets.sliding_kernel import SlidingKernel
from course_lib.widgets.training_race import TrainingRace

DEMOS = (
    SlidingKernel,
    KernelLab,
    PaddingStride,
    ReceptiveField,
    Conv1dConv3d,
    Pooling,
    LeNet5Demo,
    NetworkTable,
    Normalization,
    TrainingRace,
)
