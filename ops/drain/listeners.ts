import type { Listener } from "../vmq-admin/index";

/** Whether a listener is for the pod alone: port-forwards and commands in it. */
export function isLocal({ address }: Pick<Listener, "address">): boolean {
    return address.startsWith("127.") || address === "::1";
}

/** Whether clients come in by a listener. */
export function isForClients(listener: Listener): boolean {
    return listener.type.startsWith("mqtt") && !isLocal(listener);
}
