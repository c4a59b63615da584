namespace Amp.Query.Functions.Abi;

/// <summary>Where the elements of a row's list lie in the vector of the elements of all rows, as the engine keeps it.</summary>
internal readonly record struct ListEntry(ulong Offset, ulong Length);
