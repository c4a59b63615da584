namespace Amp.Server;

/// <summary>The wires on which a server answers.</summary>
[Flags]
public enum ServerWires
{
    None = 0,
    Flight = 1,
    JsonLines = 2,
    Both = Flight | JsonLines,
}
