"""From the results of experiments to one page: figures, tables, sentences. Knows no MLflow."""
