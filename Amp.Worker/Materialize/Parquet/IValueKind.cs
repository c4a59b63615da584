namespace Amp.Worker.Materialize.Parquet;

/// <summary>What the encoder has to know of values of one size.</summary>
internal interface IValueKind<T>
    where T : unmanaged
{
    static abstract bool Same(in T one, in T other);

    /// <summary>Whether a value stands before another in the order that the format gives the column.</summary>
    static abstract bool Less(in T one, in T other);

    static abstract uint Hash(in T value);

    /// <summary>The values as the file has them.</summary>
    static abstract void Write(ReadOnlySpan<T> values, Span<byte> target);
}
