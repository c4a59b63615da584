namespace Aspire.Hosting;

/// <summary>Whether the picture is run or written down for a deployment tool.</summary>
public sealed class DistributedApplicationExecutionContext(bool isPublishMode)
{
    public bool IsPublishMode { get; } = isPublishMode;

    public bool IsRunMode => !IsPublishMode;
}
