/** Fees of the lending desk in whole cents. SPEC.md says how they come about. */
public final class Fees {
    private Fees() {}

    /** The fee for a book that comes back `days` days late; 0 when it is not late. */
    public static long late(int days) {
        if (days <= 3) {
            return 0;
        }
        return Math.min(days * 25L, 1000L);
    }

    /** The fee for a lost book that cost `price` cents. */
    public static long lost(long price) {
        return Math.max(price, 500L) + 350L;
    }

    /** "free", or the fee as euros and cents: 1.05 for 105. */
    public static String shown(long fee) {
        return fee == 0 ? "free" : fee / 100 + "." + String.format("%02d", fee % 100);
    }
}
