"""Ordinary prose and talk, written for general.py and published nowhere else, so that no base model has read it. An empty line parts two paragraphs.

It must stay out of every training text, that of the embedded base and of replay included.
"""

ENGLISH = """
The ferry leaves at ten past six, and by six the queue already reaches the bakery. Most of the people in it are carrying something that they will not need on
the other side: a second umbrella, a bag of onions, a lamp without its shade. Nobody hurries. The captain has been late on every working day since the spring,
and the town has quietly moved its clocks to suit him.

To mend a chair whose leg has come loose, scrape the old glue out of the hole first. New glue does not hold on old glue, however much of it there is. Warm the
wood with your hands, press the leg in with half a turn, and tie a rope around all four legs. Leave it until the next evening, even if it seems firm after an
hour.

"Did you lock the back door?" "I thought you did." "I was carrying the dog." "Then it is open, and we are an hour from home." "Nobody ever comes up that
road." "The goats do." "Then we will have goats in the kitchen, and you can explain it to your mother."

Rain that falls on bare ground runs off with the soil in it, while rain that falls on grass sinks in where it lands. That is why the farmers along the lower
river sow clover between two harvests. It earns nothing, and it has to be ploughed under in April, but a field that has lost a finger of earth does not grow
it back in a lifetime.

My grandfather kept a notebook in which he wrote down every letter that he did not send. There were more than two hundred. Some were a single line, such as
the one to the railway, which only said that he had been right about the bridge. He numbered them, and when somebody annoyed him he would look one up and read
it aloud.

"Is this seat taken?" "It is, by my coat, but my coat can stand." "Thank you. Are you going all the way?" "Only as far as the lake. I get out when the water
is on the left." "And if you fall asleep?" "Then it will be on the right, and I take the next one back."

The museum owns one painting that it cannot show. It is too large for every wall but one, and on that one hangs the fire hose. For thirty years the director
has asked the city for a shorter hose, and for thirty years the city has answered that the hose has the length which the law gives it.

A good map leaves things out. If it showed every tree, you could not find the path, and if it showed every path, you could not find the village. Those who
draw maps argue less about where things are than about what may be forgotten, and the oldest of them forget the most.

Boil the beans without salt until you can crush one against the roof of your mouth. Fry the garlic in plenty of oil, take it off the fire before it turns
brown, and only then add the paprika, which burns in a moment and tastes of it for days. Stir it all together and let it stand. It is better tomorrow, when
nobody is hungry any more.

"You said five minutes." "It was five minutes, each time." "How many times?" "I stopped counting after the second bus." "I am not angry." "You are wearing your
gloves indoors." "I am cold and not angry. Both of it is your fault."

When the power failed, the whole street came out on its steps, and people who had lived next door to each other for years learned one another's names by
candlelight. An hour later the lamps came on again, everybody said what a relief it was, and the doors closed. For a week or so there was more nodding than
before.

The old clock in the station hall gains four minutes each day, and each night somebody climbs up and takes them away again. Where do they go? The boy who sells
newspapers holds that they are kept in a box, and that on the day when the box is full there will be a holiday that no calendar knows of.
"""

RUSSIAN = """
В нашем дворе живёт кот, которого каждый подъезд считает своим. В первом его зовут Барсик, во втором Семён, а в третьем, где его кормят лучше всего, никак не
зовут, просто ставят миску. Он приходит ко всем по очереди и нигде не опаздывает.

— Ты хлеб купил? — Купил. — А почему он такой лёгкий? — Потому что я шёл пешком, а булочная далеко. — То есть половину ты съел. — Меньше половины. Там ещё
голуби были.

Чтобы вишня не вымерзла, её сажают с южной стороны дома, но не под самой стеной: там весной раньше тает снег, почки просыпаются, и первый же ночной мороз их
убивает. Лучше отступить шагов на десять, а на зиму обвязать ствол старой мешковиной.

Дед чинил радиоприёмники и никогда не брал за это денег. Брал он рассказы: пока паяет, хозяин должен был говорить, не останавливаясь. Если история выходила
скучная, приёмник потом хрипел, и его приносили снова.

— Алло, это поликлиника? — Нет, это гараж. — А врач у вас есть? — Есть сварщик. — И давно он принимает? — С восьми. — Запишите меня на четверг, у меня калитка.

Река весной поднялась так высоко, что лодки привязывали прямо к почтовому ящику. Письма приходили сухие, потому что почтальон возил их под шапкой, а сам он
был мокрый до воротника и ни разу не пожаловался, только просил погромче лаять собак, чтобы не сбиться в тумане.

Суп не любит спешки. Сначала долго варят кости, потом их вынимают и только тогда кладут овощи, причём свёклу отдельно и с ложкой уксуса, иначе она потеряет
цвет. Соль в самом конце. А кто пробует раньше времени, тому потом и мыть кастрюлю.

— Мы точно правильно едем? — Точно. Вон та же самая берёза. — Какая та же самая? — Мимо которой мы уже два раза проезжали. — Так это мы по кругу! — Зато
дорога знакомая.

В библиотеке по субботам тихо, и слышно, как на третьем этаже кто-то листает атлас. Заведующая говорит, что туда никто не поднимался с утра. Впрочем, она не
проверяет: атлас большой, торопиться некуда, пусть себе листает.

Зимой темнеет рано, и окна в доме напротив загораются одно за другим, будто кто-то идёт по лестнице со спичками. К шести горят почти все. Не горит только
одно, угловое, и мы каждый вечер спорим, пустая там квартира или там просто любят сидеть без света.

— Бабушка, а раньше что было вместо телефона? — Вместо телефона была тётя Зина. Скажешь ей утром по секрету, к обеду знает вся улица. — И бесплатно? — За
стакан семечек.

Утром объявили, что поезд задерживается на сорок минут, потом ещё на двадцать. На перроне успели познакомиться, обменяться пирожками и поссориться из-за
погоды. Когда поезд наконец пришёл, некоторым было даже жаль: разговор только начинался.
"""
