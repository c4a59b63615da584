using System.Globalization;
using Amp.Shared.Datasets;

namespace Amp.Ctl.Api;

/// <summary>Paths of the Admin API; what is put into them stays one segment.</summary>
internal static class ApiPath
{
    public static string Of(FormattableString path) =>
        string.Format(CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(a => (object)Uri.EscapeDataString(Convert.ToString(a, CultureInfo.InvariantCulture)!))]);

    public static string Of(DatasetReference dataset) => Of($"datasets/{dataset.Namespace}/{dataset.Name}/versions/{dataset.Revision}");

    /// <summary>With the parameters that have a value.</summary>
    public static string With(this string path, params IEnumerable<(string Name, object? Value)> parameters)
    {
        var query = string.Join('&', parameters.Where(p => p.Value is not null).Select(p => Of($"{p.Name}={p.Value}")));
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
