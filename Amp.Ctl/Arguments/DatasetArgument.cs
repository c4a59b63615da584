using System.CommandLine;
using Amp.Ctl.Completion;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Ctl.Arguments;

/// <summary>A dataset as an argument.</summary>
internal static class DatasetArgument
{
    public const string Form = "NAMESPACE/NAME@REVISION";

    public static Argument<DatasetReference> Create() => Complete(new Argument<DatasetReference>("dataset")
    {
        HelpName = Form,
        Description = "The namespace is _ and the revision latest where they are left out; a revision is latest, dev, a version, or a manifest's hash.",
        CustomParser = Read,
    });

    /// <summary>One in which <c>latest</c> would be taken for the whole dataset.</summary>
    public static Argument<DatasetReference> CreateWithoutLatest(string mend)
    {
        var argument = Create();
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => t.Value.EndsWith("@latest", StringComparison.Ordinal)))
                result.AddError($"'{result.Tokens[0].Value}': latest follows the versions and cannot be named here: {mend}");
        });
        return argument;
    }

    public static Option<DatasetReference?> Option(string description) => Complete(new Option<DatasetReference?>("--dataset") { HelpName = Form, Description = description, CustomParser = Read });

    private static DatasetReference? Read(System.CommandLine.Parsing.ArgumentResult result)
    {
        try
        {
            return DatasetReference.Parse(result.Tokens[0].Value);
        }
        catch (AmpException e)
        {
            result.AddError(AmpException.Describe(e));
            return null;
        }
    }

    private static Argument<DatasetReference> Complete(Argument<DatasetReference> argument)
    {
        argument.CompletionSources.Add(DatasetCompletions.Of);
        return argument;
    }

    private static Option<DatasetReference?> Complete(Option<DatasetReference?> option)
    {
        option.CompletionSources.Add(DatasetCompletions.Of);
        return option;
    }
}
