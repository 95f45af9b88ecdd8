import type { IPublishPacket } from "mqtt-packet";

/** An application message on its way to the subscribers. */
export type Message = Pick<IPublishPacket, "topic" | "payload" | "qos" | "retain" | "properties">;
