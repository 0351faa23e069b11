-- MLflow and Optuna each number the versions of their own tables, so each has a database.
CREATE DATABASE mlflow;
CREATE DATABASE study;
