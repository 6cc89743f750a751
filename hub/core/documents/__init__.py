"""Documents that somebody sends as evidence: made flat, kept sealed, shown with a watermark."""
