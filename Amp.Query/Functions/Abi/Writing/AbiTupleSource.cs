using Amp.Query.Execution;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Tuples: members of structs by their names, or by their places where the struct or the tuple has no names.</summary>
internal sealed class AbiTupleSource : AbiSource
{
    private readonly AbiSource[] _parts;

    public AbiTupleSource(AbiType type, nint vector, DuckType engine, string what)
        : base(type, vector)
    {
        var (parts, members) = (type.Parts, engine.Children);
        if (members.Count != parts.Count)
            throw Wrong(what, type, $"the struct has {members.Count} members, and {parts.Count} are needed");
        var places = parts.Select(p => members.ToList().FindIndex(m => string.Equals(m.Name, p.Name, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (places.Contains(-1))
        {
            // By their places alone, two addresses in another order would be encoded without a word.
            if (!parts.Select((p, i) => AbiParser.IsOfPlace(p.Name, i)).All(p => p) && !members.Select((m, i) => m.Name.Length == 0 || AbiParser.IsOfPlace(m.Name, i)).All(m => m))
                throw Wrong(what, type, $"the members of the struct are {Named(members.Select(m => m.Name))}, and {Named(parts.Select(p => p.Name))} are needed");
            places = [.. Enumerable.Range(0, parts.Count)];
        }

        _parts = [.. parts.Select((p, i) => For(p.Type, DuckNative.StructChild(vector, (ulong)places[i]), members[places[i]].Type, $"'{p.Name}' of {what}"))];
    }

    protected override bool Write(ulong row, RowOutput output, int at)
    {
        var place = at;
        for (var i = 0; i < _parts.Length; i++)
        {
            if (!_parts[i].Put(row, output, place, at))
                return false;
            place += (int)Type.Parts[i].Type.HeadBytes;
        }

        return true;
    }

    private static string Named(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));
}
