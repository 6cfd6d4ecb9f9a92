"""The entailer's ONNX graph, by the recipe of the reader's.

python -m assistant.entailer.export NETWORK.npz … --pairs PAIRS.npz            into this folder
python -m assistant.entailer.export NETWORK.npz … --pairs PAIRS.npz --plain --out FILE    in float32
"""

from assistant.entailment import MODEL
from assistant.reader.export import arguments, tensors, write


def main() -> None:
    """Write the entailer's graph."""
    chosen = arguments(main.__doc__, MODEL).parse_args()
    write([tensors(one, of_tokens="unsupported", pair_heads=1) for one in chosen.networks], chosen)


if __name__ == "__main__":
    main()
