"""Everything that can go wrong in a way a user can mend; CLI and pages show a `ValBenchError` as one line.

    ValBenchError                 what was given, what would be valid, what to do next
    ├── PairsError                pairs cannot be read or are not what they should be
    │   └── SubsetError           the subset rule is wrong or chooses nothing
    ├── SettingsError             a setting is missing, unknown or contradicts another
    ├── ComparisonError           runs cannot be set against each other as asked
    ├── RunError                  a run file cannot be used as asked
    │   ├── RunNotFoundError      no such run (the message names near ones)
    │   ├── RunExistsError        the name is taken
    │   ├── RunBusyError          another process is evaluating it
    │   └── RunTooNewError        written by a newer version of this program
    ├── EncoderError              a sentence encoder cannot be used as asked
    ├── MapError                  a map of pairs is not there, or cannot be made as asked
    ├── StorageError              the disk is full or read-only; what was committed before stays
    └── EndpointError             the whole endpoint cannot be used; going on would repeat the same failure
        ├── UnreachableError      nothing answers there
        ├── KeyRefusedError       no key, or the endpoint does not accept it
        ├── QuotaError            the account's quota is used up
        ├── UnknownModelError     the endpoint does not offer the model
        └── RejectedError         the endpoint refuses every request for the same reason

A single failed call is not an exception but a value (`schema.Failure`): it belongs to its row, not to the
run. Any other exception is a bug and is seen as one.
"""

from __future__ import annotations


class ValBenchError(Exception):
    """Base of all errors a user can cause or mend; its text is one line fit to be shown as it is."""


class PairsError(ValBenchError):
    """Pairs cannot be read, or are not what they should be."""


class SubsetError(PairsError):
    """The rule that chooses a subset is wrong, or chooses nothing."""


class SettingsError(ValBenchError):
    """A setting is missing, unknown, or contradicts another one."""


class ComparisonError(ValBenchError):
    """Runs cannot be set against each other as asked."""


class RunError(ValBenchError):
    """A run file cannot be used as asked."""


class RunNotFoundError(RunError):
    """There is no such run in the workspace."""


class RunExistsError(RunError):
    """A run of that name exists already."""


class RunBusyError(RunError):
    """Another process is evaluating the run."""


class RunTooNewError(RunError):
    """The run file was written by a newer version of this program."""


class EncoderError(ValBenchError):
    """A sentence encoder is missing, unknown, or not what it should be."""


class MapError(ValBenchError):
    """A map of pairs is not there, or cannot be made as asked."""


class StorageError(ValBenchError):
    """The disk is full or cannot be written; all that was committed before is kept."""


class EndpointError(ValBenchError):
    """The endpoint cannot be used at all: the run stops, and everything so far is kept."""


class UnreachableError(EndpointError):
    """Nothing answers at the address."""


class KeyRefusedError(EndpointError):
    """The endpoint does not accept the key, or wants one."""


class QuotaError(EndpointError):
    """The account's quota is used up."""


class UnknownModelError(EndpointError):
    """The endpoint does not offer the model."""


class RejectedError(EndpointError):
    """The endpoint refuses every request for the same reason."""
