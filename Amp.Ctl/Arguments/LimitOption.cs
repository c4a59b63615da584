using System.CommandLine;
using System.Globalization;

namespace Amp.Ctl.Arguments;

/// <summary><c>--limit</c> of the lists.</summary>
internal static class LimitOption
{
    // What is read is kept until it is shown; so many jobs are some 100 MB.
    private const int Most = 100_000;

    public static Option<int> Create()
    {
        var option = new Option<int>("--limit")
        {
            HelpName = "N",
            Description = string.Create(CultureInfo.InvariantCulture, $"How many to show at most, 1 to {Most}; 1000 by default. All pages that this takes are read."),
            DefaultValueFactory = _ => 1000,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is < 1 or > Most)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--limit is {limit}; 1 to {Most} is allowed"));
        });
        return option;
    }
}
