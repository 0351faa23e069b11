"""The errors a user can meet. Knows nothing of where they are raised.

McError
├── ParameterError   a value that was asked for cannot be used
│   └── EstimatorError     an estimator of the user's fails
├── DataError        reviews that cannot be read, or are too few
│   └── UnreachableError   an address that does not answer
├── TrackingError    the MLflow store refuses or lacks something
└── StudyError       the Optuna study cannot go on
    └── ClaimLostError   a worker's job was given to another

Each message names the parameter or file, what was given, and what to do.
"""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)  # of an OSError: the disk is full, or the user's quota of it


class McError(Exception):
    """Base of all errors that are shown as one line, without a traceback."""


class ParameterError(McError):
    """A parameter has a value that cannot be used."""


class EstimatorError(ParameterError):
    """An estimator that the user brings fails."""


class DataError(McError):
    """A corpus cannot be read, understood or is too small."""


class UnreachableError(DataError):
    """An address does not answer now; it may later, and its last copy may do."""


class TrackingError(McError):
    """The MLflow store refuses a request or lacks a run."""


class StudyError(McError):
    """The Optuna study cannot be opened or continued."""


class ClaimLostError(StudyError):
    """A worker seemed gone and its job was given to another; its result does not count."""
