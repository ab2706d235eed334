class StatisticsMixin:
    pass
