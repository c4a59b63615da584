using System.CommandLine;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Ctl;

/// <summary>A dataset as an argument, and its path in the Admin API.</summary>
internal static class DatasetArgument
{
    public static Argument<DatasetReference> Create()
    {
        var argument = new Argument<DatasetReference>("dataset")
        {
            HelpName = "NAMESPACE/NAME@REVISION",
            Description = "The namespace is _ and the revision latest where they are left out.",
            CustomParser = result =>
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
            },
        };
        return argument;
    }

    public static string Path(DatasetReference dataset, string verb) => $"datasets/{dataset.Namespace}/{dataset.Name}/versions/{dataset.Revision}/{verb}";
}
