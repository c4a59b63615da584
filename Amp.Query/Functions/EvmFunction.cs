using Apache.Arrow.Types;

namespace Amp.Query.Functions;

/// <summary>A function of chain data as the engine calls it: some thousand rows a call, from any thread.</summary>
internal abstract class EvmFunction
{
    /// <summary>As clients see its result; null for what the engine's own type says.</summary>
    public virtual IArrowType? Result => null;

    /// <summary>Types of its arguments in the engine; the caller destroys them.</summary>
    public abstract IReadOnlyList<nint> EngineParameters();

    /// <summary>Type of its result in the engine; the caller destroys it.</summary>
    public abstract nint EngineResult();

    /// <summary>Computes the rows of a chunk. What it throws, the query fails with.</summary>
    public abstract void Run(nint chunk, nint result);
}
