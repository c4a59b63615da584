using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amp.Shared.Options;

namespace Amp.Shared.Lake.Stores;

/// <summary>The client of a bucket, set up for servers of many makers.</summary>
internal static class S3Connection
{
    public static AmazonS3Client Open(ObjectStorageSettings settings, S3Patience patience)
    {
        var config = new AmazonS3Config
        {
            // The SDK's own trailing checksums are refused by servers that are not Amazon's; measured with Ceph 16.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = patience.Retries,
            ConnectTimeout = patience.Connect,
            Timeout = patience.Request,

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
