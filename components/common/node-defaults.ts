/** What nodes are where the user says nothing, on every cloud whose nodes have a separate disk: its size in GiB. */
export const nodeDiskGiB = 50;
