"""Parts of the page of calibration."""
