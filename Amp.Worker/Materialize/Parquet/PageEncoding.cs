namespace Amp.Worker.Materialize.Parquet;

/// <summary>How the values of a page are encoded; the numbers are the format's.</summary>
internal enum PageEncoding
{
    Plain = 0,

    /// <summary>Runs of one value, and packed bits: levels.</summary>
    Runs = 3,

    /// <summary>Places in the dictionary of the column chunk, as <see cref="Runs"/>.</summary>
    Dictionary = 8,
}
