/** Which rooms this node holds, as far as other nodes may hold them as well. */
export interface RoomLeases {
  /**
   * The node has the room open.
   * @param fence the number of the lease that the join named; undefined where it named none.
   */
  hold(roomId: string, fence: number | undefined): void;
  /** The node has it no more. */
  release(roomId: string): void;
  /**
   * Tells of rooms that another node holds by a newer lease: this one must let go of them.
   * @returns the unsubscribe.
   */
  onLost(listener: (roomIds: string[]) => void): () => void;
}
