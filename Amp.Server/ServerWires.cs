namespace Amp.Server;

/// <summary>The wires that a server answers on.</summary>
[Flags]
public enum ServerWires
{
    None = 0,
    Flight = 1,
    JsonLines = 2,
    Both = Flight | JsonLines,
}
