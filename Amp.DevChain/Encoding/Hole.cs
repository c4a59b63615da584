namespace Amp.DevChain.Encoding;

/// <param name="Offset">Where in the template's text it lies.</param>
/// <param name="Kind">What belongs there.</param>
/// <param name="Slot">Holes of equal kind and slot get equal digits within a block.</param>
internal readonly record struct Hole(int Offset, HoleKind Kind, int Slot);
