"""What each template is given: one frozen type per template, and the parts they share."""
