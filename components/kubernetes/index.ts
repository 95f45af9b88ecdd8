/** What any Kubernetes cluster may have: a handle for one that exists, MetalLB, certificates and the Service before HAProxy. @module */
export { AcmeIssuer, type AcmeIssuerArgs } from "./cert-manager/acme-issuer";
export { CertManager, type CertManagerArgs } from "./cert-manager/cert-manager";
export {
    CertManagerCertificate,
    type CertManagerCertificateArgs,
    type IssuerReference,
} from "./cert-manager/certificate";
export { PrivateCa, type PrivateCaArgs } from "./cert-manager/private-ca";
export { ExistingCluster, type ExistingClusterArgs } from "./cluster";
export { planExistingEdge } from "./edge";
export { ServiceEndpoint, type ServiceEndpointArgs } from "./load-balancer";
export { type BgpPeer, MetalLb, metalLbAnnotations, type MetalLbArgs } from "./metallb";
export { PemSecret, type PemSecretArgs } from "./pem-secret";
export { SelfSignedCertificate, type SelfSignedCertificateArgs } from "./self-signed";
