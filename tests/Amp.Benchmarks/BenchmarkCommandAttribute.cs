namespace Amp.Benchmarks;

/// <summary>Marks a class whose static <c>Task RunAsync(string[] args)</c> is a benchmark of this name.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BenchmarkCommandAttribute(string name, string measures) : Attribute
{
    public string Name { get; } = name;

    public string Measures { get; } = measures;
}
