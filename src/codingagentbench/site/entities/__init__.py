"""What the pages of agents, models, pairs, tasks, sweeps and plugins say, as data for their templates."""
