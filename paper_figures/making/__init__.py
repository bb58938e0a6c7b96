"""Makes the figures of paper_figures/: runs their scenarios, measures their numbers, fills in captions, draws."""
