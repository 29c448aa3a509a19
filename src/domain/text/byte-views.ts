/** A view whose byte 0 is that of `bytes`. It ends where their memory does, which may be behind them. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset);

/** Views of bytes, for what reads several of them at once: those of the last two that were asked for, as one reads by turns in a file and in what it made of it. */
export class ByteViews {
  private bytes: Uint8Array | null = null;
  private view: DataView = viewOf(new Uint8Array(0));
  private otherBytes: Uint8Array | null = null;
  private otherView: DataView = this.view;

  of(bytes: Uint8Array): DataView {
    if (bytes === this.bytes) return this.view;
    const { bytes: last, view } = this;
    this.view = bytes === this.otherBytes ? this.otherView : viewOf(bytes);
    this.bytes = bytes;
    this.otherBytes = last;
    this.otherView = view;
    return this.view;
  }
}
