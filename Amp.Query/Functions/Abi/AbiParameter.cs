namespace Amp.Query.Functions.Abi;

/// <summary>A parameter of a signature or a part of a tuple.</summary>
/// <param name="Name">Given in the signature, else <c>c0</c>, <c>c1</c>, … by its place.</param>
/// <param name="Indexed">Whether it is a topic of the log.</param>
internal sealed record AbiParameter(string Name, AbiType Type, bool Indexed);
