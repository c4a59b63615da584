namespace Amp.DevChain.Encoding;

/// <summary>A place in a template: an offset of its text and the first hole from there on.</summary>
internal readonly record struct TemplateMark(int Offset, int Hole);
