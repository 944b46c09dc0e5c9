"""`tf.data`: datasets, how they are planned, and their iterators."""

from .graph_rules import GraphRules, set_loader


def _load_graph_rules() -> GraphRules:
    from . import graph_builtins, graph_datasets, graph_iterators

    return GraphRules(
        add_call=graph_datasets.add_call,
        add_iterator=graph_iterators.add_iterator,
        add_next=graph_iterators.add_next,
        add_next_as_optional=graph_iterators.add_next_as_optional,
        add_optional=graph_iterators.add_optional,
        loop_over=graph_iterators.loop_over,
        builtins=graph_builtins.BUILTINS,
        dataset=graph_datasets.graph_dataset,
        iterator=graph_iterators.GraphIterator,
        optional=graph_iterators.GraphOptional,
    )


set_loader(_load_graph_rules)
