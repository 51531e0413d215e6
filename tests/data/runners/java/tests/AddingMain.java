public class AddingMain {
    public static void main(String[] args) {
        assert sums.Adder.add(2, 2) == 4;
    }
}
