"""Operations whose part in a job's life is described in the contract (``x-job``)."""
