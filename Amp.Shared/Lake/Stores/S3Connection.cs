using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amp.Shared.Options;

namespace Amp.Shared.Lake.Stores;

/// <summary>The client of a bucket, set up for servers of many makers.</summary>
internal static class S3Connection
{
    // With the pauses of the standard mode (exponential, with jitter, at most 20 s) a store may be away for some seconds before anyone hears of it.
    private const int Retries = 4;

    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);

    // Of one request to its last byte sent and first byte received; the largest is a part of 16 MiB.
    private static readonly TimeSpan _requestTimeout = TimeSpan.FromMinutes(2);

    public static AmazonS3Client Open(ObjectStorageSettings settings)
    {
        var config = new AmazonS3Config
        {
            // The SDK's own trailing checksums are refused by servers that are not Amazon's; measured with Ceph 16.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = Retries,
            ConnectTimeout = _connectTimeout,
            Timeout = _requestTimeout,

            // All that is configured comes from ObjectStorageSettings: nothing of a profile of the machine.
            IgnoreConfiguredEndpointUrls = true,
            AuthenticationRegion = settings.Region,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.ForcePathStyle = true;
            config.AuthenticationRegion = settings.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }

        AWSCredentials credentials = settings.SessionToken is { } token
            ? new SessionAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey, token)
            : new BasicAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey);
        return new AmazonS3Client(credentials, config);
    }
}
