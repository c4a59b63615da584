namespace Amp.Server.Flight.Ipc;

/// <summary>Length and null count of one column or child column of a record batch.</summary>
internal readonly record struct FieldNode(long Length, long NullCount);
