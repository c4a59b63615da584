namespace Amp.Query.Sql;

/// <summary>The columns that an expression can name: those of its FROM, aliases of its SELECT, parameters of its lambda, and what is around it.</summary>
internal sealed class SizeScope(IReadOnlyList<SizedColumns> sources, SizeScope? outer)
{
    private readonly Dictionary<string, double> _own = new(EngineName.Comparer);

    public bool IsLambda { get; private init; }

    public SizeScope? Outer => outer;

    public int Width => sources.Sum(s => s.Width);

    public double Largest => sources.Select(s => s.Largest).Append(0).Max();

    public IEnumerable<(string Name, double Bytes)> Columns => sources.SelectMany(s => s.Columns);

    public double Others => sources.Select(s => s.Other).Append(0).Max();

    public static SizeScope Lambda(IEnumerable<string> parameters, double bytes, SizeScope outer)
    {
        var scope = new SizeScope([], outer) { IsLambda = true };
        foreach (var parameter in parameters)
            scope._own[parameter] = bytes;
        return scope;
    }

    /// <summary>An alias, which the expressions after it may name.</summary>
    public void Name(string alias, double bytes)
    {
        if (alias.Length > 0)
            _own[alias] = bytes;
    }

    /// <summary>The largest of what the name may mean: which part of it is the column is known to the engine alone.</summary>
    public double Of(IReadOnlyCollection<string> names)
    {
        if (IsLambda && names.Count == 1 && _own.TryGetValue(names.First(), out var parameter))
            return parameter;
        var largest = outer?.Of(names) ?? 0;
        foreach (var name in names)
        {
            largest = Math.Max(largest, _own.GetValueOrDefault(name));
            foreach (var source in sources)
                largest = Math.Max(largest, source.Of(name));
        }

        return largest;
    }
}
