namespace Amp.DevChain;

/// <summary>How true the chain is.</summary>
public enum Grade
{
    /// <summary>Every hash, root, bloom and signature can be recomputed.</summary>
    Full,

    /// <summary>The same shape, density and links, with pseudo-random roots and signatures: cheap enough to measure others with.</summary>
    Load,
}
